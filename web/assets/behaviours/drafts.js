// What is typed into a form with data-keep survives a reload or a crash of the browser: kept in
// this tab until the form is sent and taken, or somebody logs in here.
const PREFIX = 'draft:';
const name = (form) => `${PREFIX}${form.dataset.keep}`;

function restore(form) {
  const kept = sessionStorage.getItem(name(form));
  if (!kept || form.querySelector('[aria-invalid]')) return;
  const values = JSON.parse(kept);
  const changed = [...form.elements].filter((control) => control.name in values && put(control, values[control.name]));
  // Conditions look at what was put back.
  changed[0]?.dispatchEvent(new Event('change', { bubbles: true }));
}

function put(control, values) {
  if (control.type === 'hidden' || control.readOnly || control.disabled) return false;
  if (control.type === 'checkbox' || control.type === 'radio') {
    const wanted = values.includes(control.value);
    const differs = control.checked !== wanted;
    control.checked = wanted;
    return differs;
  }
  const differs = control.value !== (values[0] ?? '');
  control.value = values[0] ?? '';
  return differs;
}

function save(form) {
  const values = {};
  for (const [key, value] of new FormData(form)) {
    if (key !== 'csrf_token') (values[key] ??= []).push(value);
  }
  for (const box of form.querySelectorAll('input[type="checkbox"]:not(:checked)')) values[box.name] ??= [];
  sessionStorage.setItem(name(form), JSON.stringify(values));
}

function restoreIn(root) {
  const forms = [...(root.querySelectorAll?.('form[data-keep]') ?? [])];
  if (root.matches?.('form[data-keep]')) forms.push(root);
  forms.forEach(restore);
}

document.addEventListener('input', (event) => {
  const form = event.target.closest?.('form[data-keep]');
  if (form) save(form);
});

// A plain form leaves the page when it is sent; one that htmx sends is done when it is taken.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.matches('form[data-keep]') && !form.hasAttribute('hx-post')) sessionStorage.removeItem(name(form));
});
document.addEventListener('htmx:beforeSwap', ({ detail }) => {
  const form = detail.requestConfig.elt;
  if (detail.xhr.status < 400 && form.matches('form[data-keep]')) sessionStorage.removeItem(name(form));
});

if (document.querySelector('form[data-login]')) {
  const drafts = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
  drafts.forEach((key) => sessionStorage.removeItem(key));
}
restoreIn(document);
document.addEventListener('htmx:load', (event) => {
  // A form that conditions redraw holds what is typed already.
  if (!event.detail.elt.closest?.('[data-conditions]')) restoreIn(event.detail.elt);
});
