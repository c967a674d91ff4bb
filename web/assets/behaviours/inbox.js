// The list stays while the work beside it changes: mark the open row, show one of both on a phone,
// and put the focus where the reading goes on.
const openTask = () => location.pathname.split('/tasks/')[1] ?? '';

// Of several answers only the one that was asked for last is shown, in whatever order they come.
let newest = null;
let isLoading = false;
let waiting = null;
let focusedBefore = null;

// Do it now, or when the work that was asked for is there: keys typed ahead mean the new task.
export function whenLoaded(act) {
  if (isLoading) waiting = act;
  else act();
}

document.addEventListener('htmx:beforeSend', ({ detail }) => {
  if (detail.target.id !== 'work') return;
  newest = detail.xhr;
  isLoading = true;
  waiting = null;
  focusedBefore = document.activeElement;
});

document.addEventListener('htmx:beforeSwap', ({ detail }) => {
  if (detail.target.id === 'work' && detail.xhr !== newest) detail.shouldSwap = false;
});

// Told after the swap, and of a request that failed.
document.addEventListener('htmx:afterRequest', ({ detail }) => {
  if (!isLoading || detail.xhr !== newest) return;
  isLoading = false;
  const act = waiting;
  waiting = null;
  if (detail.successful) act?.();
});

function focusIn(root) {
  // The last one that wants the focus is the most particular: a problem before the heading.
  const wanted = [...root.querySelectorAll('[data-focus]')];
  (wanted.find((node) => node.matches('[role="alert"], input')) ?? wanted[0])?.focus({ preventScroll: true });
}

// Whoever went on to another place meanwhile, to search or to another row, stays there.
function wentElsewhere(work) {
  const { activeElement } = document;
  return ![document.body, focusedBefore].includes(activeElement) && !work.contains(activeElement);
}

function markRow() {
  for (const row of document.querySelectorAll('.task-row')) {
    if (row.id === `row-${openTask()}`) row.setAttribute('aria-current', 'true');
    else row.removeAttribute('aria-current');
  }
}

// In the same moment as the swap: later, the focus would be taken from who uses it already.
document.addEventListener('htmx:afterSwap', ({ detail }) => {
  const work = document.getElementById('work');
  if (!work) return;
  // Also for rows that were asked for while another task was open.
  markRow();
  if (detail.target !== work) return;
  const isGone = Boolean(work.querySelector('.work-back'));
  work.closest('.inbox').dataset.open = openTask() || isGone ? 'task' : 'list';
  if (matchMedia('(max-width: 48rem)').matches) scrollTo(0, 0);
  if (!wentElsewhere(work)) focusIn(work);
});

// A page that comes with a problem in it begins there.
const alertNote = document.querySelector('main [role="alert"][data-focus]');
if (alertNote && !document.querySelector('[autofocus]')) alertNote.focus();
