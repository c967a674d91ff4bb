// The list stays while the work beside it changes: mark the open row, show one of both on a phone,
// and put the focus where the reading goes on.
const openTask = () => location.pathname.split('/tasks/')[1] ?? '';

function focusIn(root) {
  // The last one that wants the focus is the most particular: a problem before the heading.
  const wanted = [...root.querySelectorAll('[data-focus]')];
  (wanted.find((node) => node.matches('[role="alert"], input')) ?? wanted[0])?.focus({ preventScroll: true });
}

function markRow() {
  for (const row of document.querySelectorAll('.task-row')) {
    if (row.id === `row-${openTask()}`) row.setAttribute('aria-current', 'true');
    else row.removeAttribute('aria-current');
  }
}

document.addEventListener('htmx:afterSettle', (event) => {
  const work = document.getElementById('work');
  if (!work) return;
  // Also for rows that were asked for while another task was open.
  markRow();
  if (event.detail.target !== work) return;
  const isGone = Boolean(work.querySelector('.work-back'));
  work.closest('.inbox').dataset.open = openTask() || isGone ? 'task' : 'list';
  if (matchMedia('(max-width: 48rem)').matches) scrollTo(0, 0);
  focusIn(work);
});

// A page that comes with a problem in it begins there.
const alertNote = document.querySelector('main [role="alert"][data-focus]');
if (alertNote && !document.querySelector('[autofocus]')) alertNote.focus();
