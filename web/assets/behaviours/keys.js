// The task list by keyboard: j and k move, Enter opens, / searches, c claims, Ctrl+Enter completes.
import { whenLoaded } from './inbox.js';

const isTyping = (target) => target.matches?.('input, textarea, select, [contenteditable]');

function move(step) {
  const rows = [...document.querySelectorAll('.task-row')];
  if (!rows.length) return;
  const focused = rows.indexOf(document.activeElement);
  const opened = rows.findIndex((row) => row.getAttribute('aria-current') === 'true');
  const from = focused >= 0 ? focused : opened;
  rows[Math.min(rows.length - 1, Math.max(0, from + step))].focus();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  c: () => whenLoaded(() => document.querySelector('[data-key="c"]')?.click()),
};

document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.target.closest?.('form[data-keep]')?.requestSubmit();
    return;
  }
  if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = event.key === '/' && document.querySelector('input[type="search"]');
  if (!search && !(KEYS[event.key] && document.querySelector('.inbox'))) return;
  event.preventDefault();
  if (search) search.focus();
  else KEYS[event.key]();
});
