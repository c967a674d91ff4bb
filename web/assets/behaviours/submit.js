// A control with data-submit sends its form when it changes: sort order, chosen files. Whoever goes
// through a list of choices by keys has chosen when they press Enter or leave it.
let isByKeys = false;
const isChoice = (control) => control.matches?.('select[data-submit]');

function send(control) {
  delete control.dataset.changed;
  control.form.requestSubmit();
}

document.addEventListener('pointerdown', () => {
  isByKeys = false;
});

document.addEventListener('keydown', (event) => {
  isByKeys = event.key !== 'Enter';
  if (event.key !== 'Enter' || !isChoice(event.target) || !('changed' in event.target.dataset)) return;
  event.preventDefault();
  send(event.target);
});

document.addEventListener('change', ({ target }) => {
  if (!target.matches('[data-submit]')) return;
  if (isByKeys && isChoice(target)) target.dataset.changed = '';
  else send(target);
});

document.addEventListener('focusout', ({ target }) => {
  if (isChoice(target) && 'changed' in target.dataset) send(target);
});

// A summary of problems leads to the field itself.
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href^="#field-"]');
  const field = link && document.getElementById(link.getAttribute('href').slice(1));
  if (!field) return;
  event.preventDefault();
  (field.matches('fieldset') ? field.querySelector('input') ?? field : field).focus();
});
