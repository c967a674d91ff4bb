// A part of a page that asks for itself again when the server tells of a change, and the parts that
// come with it by hx-select-oob. Who fills something in there, or has it open, is not disturbed.
const BUSY = 'input:focus, textarea:focus, select:focus, details.popover[open]';
const live = () => document.querySelector('[data-live]');

function partsOf(root) {
  const ids = root.getAttribute('hx-select-oob') ?? '';
  return [root, ...(ids ? document.querySelectorAll(ids) : [])];
}

let isLate = false;
let opened = [];

document.addEventListener('htmx:beforeSwap', ({ detail }) => {
  const { target } = detail;
  if (!target.matches?.('[data-live]') || detail.isError) return;
  if (partsOf(target).some((part) => part.querySelector(BUSY))) {
    detail.shouldSwap = false;
    isLate = true;
    return;
  }
  opened = [...target.querySelectorAll('details[id][open]')].map(({ id }) => id);
});

document.addEventListener('htmx:afterSwap', ({ detail }) => {
  if (!detail.target.matches?.('[data-live]')) return;
  for (const id of opened) document.getElementById(id)?.setAttribute('open', '');
  // A diagram stays as it was moved and zoomed; only its tokens are drawn again.
  for (const host of document.querySelectorAll('[data-marks]')) {
    const { tokens, passed } = document.getElementById(host.dataset.marks).dataset;
    Object.assign(host.dataset, { tokens, passed });
  }
});

function catchUp() {
  if (!isLate) return;
  isLate = false;
  // When the focus has arrived where it goes.
  setTimeout(() => live()?.dispatchEvent(new Event('live-again')));
}

document.addEventListener('focusout', catchUp);
document.addEventListener('toggle', catchUp, true);
