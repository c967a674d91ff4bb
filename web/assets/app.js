// Every page loads this entry: the stylesheet, htmx with server-sent events, small behaviours.
// htmx is configured by the <meta name="htmx-config"> of base.html.
import 'htmx.org';
import 'htmx-ext-sse';
import './app.css';
import './behaviours/submit.js';
import './behaviours/dropzone.js';
import './behaviours/conditions.js';
import './behaviours/drafts.js';
import './behaviours/inbox.js';
import './behaviours/rows.js';
import './behaviours/keys.js';
import './behaviours/live.js';
import './behaviours/popovers.js';
import './behaviours/toasts.js';
