// A small form behind a button: opens with the focus in it, closes by Escape or a click elsewhere.
const openOnes = () => document.querySelectorAll('details.popover[open]');

document.addEventListener(
  'toggle',
  (event) => {
    if (event.target.matches('details.popover[open]')) {
      event.target.querySelector('input:not([type="hidden"])')?.focus();
    }
  },
  true,
);

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const popover of openOnes()) {
    popover.open = false;
    popover.querySelector('summary').focus();
  }
});

document.addEventListener('pointerdown', (event) => {
  for (const popover of openOnes()) {
    if (!popover.contains(event.target)) popover.open = false;
  }
});
