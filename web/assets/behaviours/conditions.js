// The server draws a form again when an answer may show or hide parts of it. What was typed while
// it did so wins over what it drew; a part that is locked now keeps what the server says.
const isTicked = (control) => control.type === 'checkbox' || control.type === 'radio';
const keyOf = (control) => (isTicked(control) ? `${control.name}=${control.value}` : control.name);

function controlsOf(part) {
  return [...part.querySelectorAll('input[name], textarea[name], select[name]')];
}

let typed = null;

document.addEventListener('htmx:beforeSwap', ({ detail }) => {
  if (!detail.target.matches?.('[data-conditions]')) return;
  typed = new Map(
    controlsOf(detail.target).map((control) => [keyOf(control), isTicked(control) ? control.checked : control.value]),
  );
});

document.addEventListener('htmx:afterSwap', ({ detail }) => {
  if (!typed || !detail.target.matches?.('[data-conditions]')) return;
  for (const control of controlsOf(detail.target)) {
    const value = typed.get(keyOf(control));
    if (value === undefined || control.readOnly || control.disabled) continue;
    if (isTicked(control)) control.checked = value;
    else if (control.value !== value) control.value = value;
  }
  typed = null;
});
