// Pages load each entry through the manifest: {{ vite('app.js') }}, see web/assets.py.
import { defineConfig } from 'vite';

export default defineConfig({
  // Relative, so that the pages also work below a path prefix.
  base: './',
  publicDir: false,
  build: {
    outDir: '../static/dist',
    emptyOutDir: true,
    manifest: 'manifest.json',
    // The licences of what is bundled travel with the bundle.
    license: { fileName: 'licenses.md' },
    // A data: URL would need its own line in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The viewers of bpmn.io are large; only the pages with a drawing load them.
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: {
      input: ['app.js', 'viewer.js', 'decision.js'],
      // htmx can eval; app.js turns that off and the content security policy forbids it.
      checks: { eval: false },
    },
  },
});
