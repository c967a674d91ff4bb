// Files dropped on a form with data-dropzone are put into its file input and sent.
const zoneOf = (event) => event.target.closest?.('[data-dropzone]');

document.addEventListener('dragover', (event) => {
  const zone = zoneOf(event);
  if (!zone) return;
  event.preventDefault();
  zone.dataset.over = '';
});

document.addEventListener('dragleave', (event) => {
  const zone = zoneOf(event);
  if (zone && !zone.contains(event.relatedTarget)) delete zone.dataset.over;
});

document.addEventListener('drop', (event) => {
  const zone = zoneOf(event);
  if (!zone) return;
  event.preventDefault();
  delete zone.dataset.over;
  const input = zone.querySelector('input[type="file"]');
  input.files = event.dataTransfer.files;
  if (input.files.length) zone.requestSubmit();
});
