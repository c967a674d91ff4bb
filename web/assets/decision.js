// Draws a DMN file wherever a page has an element with data-decision-url: one button a view, the
// graph and each table, and the rules that matched marked.
//
//   data-decision-url  address of the DMN file
//   data-decision      id of the decision that is shown first
//   data-matched       ids of the rules that matched, as a JSON list
//   data-label-*       the texts: graph, views, error
//
// The element gets data-ready="1" when the drawing stands, or data-error with the reason. A
// decision that is no table, or a file without a drawn graph, has no button.
import Viewer from 'dmn-js/lib/NavigatedViewer';
import './decision.css';

const SHOWN = ['drd', 'decisionTable', 'literalExpression'];

function mark(canvas, ids) {
  for (const id of ids) {
    for (const cell of canvas.querySelectorAll(`[data-row-id="${CSS.escape(id)}"]`)) {
      cell.parentElement.classList.add('matched');
    }
  }
}

// A wide table is scrolled with the keyboard too.
function letScroll(canvas, name) {
  const table = canvas.querySelector('.tjs-table-container');
  if (!table) return;
  table.tabIndex = 0;
  table.setAttribute('role', 'region');
  table.setAttribute('aria-label', name);
}

function nameOf(view, host) {
  return view.type === 'drd' ? host.dataset.labelGraph : view.element.name || view.element.id;
}

function addButtons(host, views, open) {
  const bar = document.createElement('div');
  bar.className = 'decision-views';
  bar.setAttribute('role', 'group');
  bar.setAttribute('aria-label', host.dataset.labelViews);
  const buttons = views.map((view) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'button button-small';
    button.textContent = nameOf(view, host);
    button.addEventListener('click', () => open(view));
    bar.append(button);
    return [view, button];
  });
  host.prepend(bar);
  return (shown) => {
    for (const [view, button] of buttons) button.setAttribute('aria-pressed', String(view === shown));
  };
}

// The graph's wheel moves it only while it has the focus; else it scrolls the page.
function tameWheel(viewer, canvas) {
  const zoomScroll = viewer.get('zoomScroll', false);
  if (!zoomScroll) return;
  zoomScroll.toggle(false);
  canvas.addEventListener('focusin', () => zoomScroll.toggle(true));
  canvas.addEventListener('focusout', () => zoomScroll.toggle(false));
}

async function show(host) {
  const response = await fetch(host.dataset.decisionUrl, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  const xml = await response.text();
  host.hidden = false;
  const canvas = document.createElement('div');
  canvas.className = 'decision-canvas';
  host.append(canvas);
  const manager = new Viewer({ container: canvas });
  await manager.importXML(xml, { open: false });
  const views = manager.getViews().filter((view) => SHOWN.includes(view.type));
  const matched = JSON.parse(host.dataset.matched || '[]');
  let press = () => {};
  const finish = (view) => {
    mark(canvas, matched);
    letScroll(canvas, nameOf(view, host));
  };
  const open = async (view) => {
    await manager.open(view);
    host.dataset.view = view.type;
    press(view);
    if (view.type === 'drd') {
      manager.getActiveViewer().get('canvas').zoom('fit-viewport', 'auto');
      tameWheel(manager.getActiveViewer(), canvas);
    } else {
      finish(view);
    }
  };
  // A click on a decision of the graph opens its table, and the table's own button the graph.
  manager.on('views.changed', ({ activeView }) => {
    const view = views.find((one) => one.element === activeView?.element);
    if (view) {
      host.dataset.view = view.type;
      press(view);
      requestAnimationFrame(() => finish(view));
    }
  });
  if (views.length > 1) press = addButtons(host, views, open);
  const first = views.find((view) => view.element.id === host.dataset.decision) ?? views[0];
  if (first) await open(first);
  else host.hidden = true;
  host.dataset.ready = '1';
}

function tell(host, error) {
  const note = document.createElement('p');
  note.className = 'decision-error';
  note.setAttribute('role', 'alert');
  note.textContent = `${host.dataset.labelError}: ${error.message}`;
  host.hidden = false;
  host.replaceChildren(note);
  host.dataset.error = error.message;
}

for (const host of document.querySelectorAll('[data-decision-url]')) {
  show(host).catch((error) => tell(host, error));
}
