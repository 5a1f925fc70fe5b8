import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run console:dev` finds a running API. */
const apiUrl = process.env['SHARP_EYES_API_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig(({ command }) => ({
  root: import.meta.dirname,
  plugins: [react()],
  // The API puts a fresh nonce in its place with every page.
  html: command === 'build' ? { cspNonce: '__CSP_NONCE__' } : {},
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // A data: address would need a hole in the content security policy.
    assetsInlineLimit: 0,
    // Ant Design alone is more than the usual limit; routes are split, so it is fetched once.
    chunkSizeWarningLimit: 1_500,
    reportCompressedSize: false,
  },
  server: { host: '127.0.0.1', proxy: { '/api': { target: apiUrl, changeOrigin: false } } },
}));
