// Good news goes by itself a while after the person went on; bad news stays until it is closed.
const STAY = 6000;
const GOING_ON = ['pointermove', 'pointerdown', 'keydown', 'wheel'];
const toasts = document.getElementById('toasts');

function watch(toast) {
  if (toast.dataset.state === 'danger') return;
  // Whoever looks away misses nothing.
  const seen = new AbortController();
  const goOn = () => {
    seen.abort();
    setTimeout(() => toast.remove(), STAY);
  };
  for (const kind of GOING_ON) addEventListener(kind, goOn, { signal: seen.signal, passive: true });
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
