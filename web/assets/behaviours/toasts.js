// Good news goes by itself after a while; bad news stays until somebody closes it.
const STAY = 6000;
const toasts = document.getElementById('toasts');

function watch(toast) {
  if (toast.dataset.state !== 'danger') setTimeout(() => toast.remove(), STAY);
}

function tell(text) {
  const toast = document.createElement('div');
  toast.className = 'toast';
  toast.dataset.state = 'danger';
  toast.setAttribute('role', 'alert');
  toast.textContent = text;
  for (const said of toasts.querySelectorAll('.toast')) {
    if (said.textContent === text) said.remove();
  }
  toasts.append(toast);
}

toasts.querySelectorAll('.toast').forEach(watch);
new MutationObserver((changes) => {
  for (const node of changes.flatMap((change) => [...change.addedNodes])) {
    if (node.matches?.('.toast')) watch(node);
  }
}).observe(toasts, { childList: true });

document.addEventListener('click', (event) => {
  event.target.closest?.('[data-dismiss]')?.closest('.toast').remove();
});

// Only what a person did is told; the list asks again by itself.
document.addEventListener('htmx:sendError', ({ detail }) => {
  if (detail.elt.id !== 'rows') tell(document.body.dataset.labelOffline);
});
