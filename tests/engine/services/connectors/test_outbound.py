"""Where calls may go: our own network is closed unless it is opened."""

from __future__ import annotations

import pytest

from engine.services.connectors.outbound import NameUnknown, OutboundRefused, OutboundRules

CLOSED = OutboundRules()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.1.1",
        "169.254.169.254",
        "168.63.129.16",
        "192.0.0.192",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2001:0:5ef5:79fd:0:0:f5ff:fffe",  # Teredo, for the client 10.0.0.1
    ],
)
def test_addresses_of_our_own_network_are_refused(address):
    assert not CLOSED.permits("erp.example", address)


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"],
)
def test_public_addresses_are_called(address):
    assert CLOSED.permits("erp.example", address)


@pytest.mark.parametrize(
    ("entry", "host", "address"),
    [
        ("10.0.0.0/8", "erp.example", "10.1.2.3"),
        ("10.1.2.3", "erp.example", "10.1.2.3"),
        ("127.0.0.1", "localhost", "::ffff:127.0.0.1"),
        ("fd00::/8", "erp.example", "fd12::1"),
        ("erp.local", "ERP.local.", "192.168.7.7"),
        ("*.corp.local", "a.b.corp.local", "172.20.0.1"),
    ],
)
def test_an_operator_opens_ranges_addresses_and_names(entry, host, address):
    assert OutboundRules.parse([entry]).permits(host, address)


@pytest.mark.parametrize(
    ("entry", "host", "address"),
    [
        ("10.0.0.0/8", "erp.example", "192.168.1.1"),
        ("erp.local", "evil.erp.local", "10.0.0.1"),
        ("*.corp.local", "corp.local", "10.0.0.1"),
        ("*.corp.local", "evilcorp.local", "10.0.0.1"),
    ],
)
def test_what_is_opened_opens_nothing_else(entry, host, address):
    assert not OutboundRules.parse([entry]).permits(host, address)


@pytest.mark.parametrize("entry", ["169.254.0.0/16", "0.0.0.0/0", "::/0", "metadata.local"])
def test_no_range_and_no_name_opens_what_tells_a_machine_its_keys(entry):
    rules = OutboundRules.parse([entry])
    assert not rules.permits("metadata.local", "169.254.169.254")
    assert not rules.permits("metadata.local", "::ffff:169.254.169.254")


def test_only_the_address_itself_opens_it():
    assert OutboundRules.parse(["169.254.169.254"]).permits("metadata.local", "169.254.169.254")


@pytest.mark.parametrize("host", ["localhost", "127.1", "0x7f.1", "2130706433", "017700000001"])
def test_however_an_address_is_written_it_is_judged_as_what_it_is(host):
    with pytest.raises(OutboundRefused, match="LANEWAY_OUTBOUND_ALLOW"):
        CLOSED.resolve(host, 80)


def test_a_name_gives_the_addresses_that_may_be_called():
    assert OutboundRules.parse(["127.0.0.1"]).resolve("localhost", 80) == ["127.0.0.1"]


def test_a_name_that_nobody_knows_is_told_apart():
    with pytest.raises(NameUnknown, match=r"nobody\.invalid"):
        CLOSED.resolve("nobody.invalid", 80)


@pytest.mark.parametrize("entry", ["10.0.0.0/99", "10.0.0.1/8", "", "*."])
def test_an_entry_that_is_nothing_is_refused(entry):
    with pytest.raises(ValueError, match=r"does not appear|has host bits|is no"):
        OutboundRules.parse([entry])
