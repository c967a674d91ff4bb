// The rows of the list ask for themselves again when they are told of a change. Nobody who works
// with them just now is disturbed.
const rowsOf = (list) => [...list.querySelectorAll('.task-row')];

let told = '';
let isPressed = false;
let isLate = false;
let focusedAt = -1;

// A row that is exchanged between pressing and releasing the mouse would not get the click.
document.addEventListener('pointerdown', ({ target }) => {
  isPressed = Boolean(target.closest?.('#rows'));
});
for (const end of ['pointerup', 'pointercancel']) {
  document.addEventListener(end, () => {
    isPressed = false;
    // The click comes after this event.
    if (isLate) setTimeout(() => document.body.dispatchEvent(new Event('tasks-changed')));
    isLate = false;
  });
}

document.addEventListener('htmx:beforeSwap', ({ detail }) => {
  const { target, serverResponse } = detail;
  if (target.id !== 'rows' || detail.isError) return;
  if (isPressed) {
    isLate = true;
    detail.shouldSwap = false;
  } else if (serverResponse === told) {
    // Nothing that this list shows: nothing to draw, nothing for a screen reader to say.
    detail.shouldSwap = false;
  } else {
    told = serverResponse;
    focusedAt = rowsOf(target).indexOf(document.activeElement);
  }
});

// Who was on a row that is gone goes on at the one in its place; htmx finds a row that stayed.
document.addEventListener('htmx:afterSwap', ({ detail }) => {
  if (detail.target.id !== 'rows' || focusedAt < 0) return;
  const rows = rowsOf(detail.target);
  if (document.activeElement === document.body) rows[Math.min(focusedAt, rows.length - 1)]?.focus({ preventScroll: true });
  focusedAt = -1;
});
