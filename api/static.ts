import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { systemCodeOf } from '../kernel/index.ts';
import { notFound } from './api-error.ts';

/** Stands in the built page where each answer puts its own nonce. */
const noncePlaceholder = '__CSP_NONCE__';

/**
 * Headers of every answer. Scripts only from here; styles from here or with the nonce of this page, which Ant
 * Design puts on the style elements that it makes at run time.
 */
export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", (_req, res) => `'nonce-${nonceOf(res)}'`],
        // Positions and sizes that components set on their elements; they cannot load or run anything.
        styleSrcAttr: ["'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        mediaSrc: ["'self'"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Plain HTTP inside an agency's network is common; whoever ends TLS in front sets this there.
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
  });
}

const nonces = new WeakMap<object, string>();
function nonceOf(res: object): string {
  const nonce = nonces.get(res) ?? randomBytes(16).toString('base64');
  nonces.set(res, nonce);
  return nonce;
}

/** The console: hashed assets for ever, the page itself never from a cache; every other path is a view of the page. */
export function serveConsole(app: Express, consoleDir: string): void {
  const index = join(consoleDir, 'index.html');
  app.use(
    '/assets',
    express.static(join(consoleDir, 'assets'), {
      immutable: true,
      maxAge: '365d',
      index: false,
      redirect: false,
    }),
  );
  app.use(express.static(consoleDir, { index: false, redirect: false, maxAge: '1h' }));
  app.use(async (req, res, next) => {
    const isView =
      req.method === 'GET' && !/^\/(api|assets)(\/|$)/.test(req.path) && req.accepts('html') === 'html';
    if (!isView) {
      next(notFound(`${req.method} ${req.path}`));
      return;
    }
    const page = await readFile(index, 'utf8').catch((error: unknown) => {
      if (systemCodeOf(error) === 'ENOENT') return null;
      throw error;
    });
    res.set('Cache-Control', 'no-store').type('html');
    if (page === null) res.status(503).send(notBuilt);
    else res.send(page.replaceAll(noncePlaceholder, nonceOf(res)));
  });
}

const notBuilt = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>Sharp Eyes 雪亮工程</title>
<h1>The console is not built</h1><p>Run <code>npm run console:build</code> in the folder of the product and load this page again.</p>
<h1>控制台尚未构建</h1><p>请在产品目录运行 <code>npm run console:build</code>，然后刷新本页。</p>
`;
