// A control with data-submit sends its form when it changes: sort order, chosen files.
document.addEventListener('change', (event) => {
  if (event.target.matches('[data-submit]')) event.target.form.requestSubmit();
});

// A summary of problems leads to the field itself.
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href^="#field-"]');
  const field = link && document.getElementById(link.getAttribute('href').slice(1));
  if (!field) return;
  event.preventDefault();
  (field.matches('fieldset') ? field.querySelector('input') ?? field : field).focus();
});
