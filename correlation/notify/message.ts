import { createHmac } from 'node:crypto';
import type { Notice } from '../../contracts/index.ts';

export type WebhookFormat = 'json' | 'dingtalk' | 'wecom';

/** A request as it is sent. */
export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const markdownOf = ({ title, lines }: Notice, link: string | null): string =>
  [
    `### ${title}`,
    ...lines.map((line) => `> ${line}`),
    ...(link === null ? [] : [`[打开 Open](${link})`]),
  ].join('\n\n');

const hmac = (secret: string, text: string): ReturnType<typeof createHmac> =>
  createHmac('sha256', secret).update(text);

/**
 * A notice as a receiver wants it.
 *
 * - `json`: the notice itself; with a secret `X-Sharp-Eyes-Signature: t=<ms>,v1=<hex>`, HMAC-SHA256 over `<ms>.<body>`.
 * - `dingtalk` (钉钉 custom robot): markdown; with a secret `timestamp` and `sign` in the address, sign being the Base64
 *   of HMAC-SHA256 over `<timestamp>\n<secret>` under the secret.
 * - `wecom` (企业微信 group robot): markdown; its key is part of the address.
 * @param sentAtMs time of this try; receivers refuse old signatures.
 */
export function requestOf(
  notice: Notice,
  target: {
    readonly format: WebhookFormat;
    readonly url: string;
    readonly secret: string | null;
    readonly deliveryId: string;
    /** Address of the incident in the console; null where none is configured. */
    readonly link: string | null;
  },
  sentAtMs: number,
): WebhookRequest {
  const { format, url, secret, deliveryId, link } = target;
  const headers = { 'content-type': 'application/json', 'x-sharp-eyes-delivery': deliveryId };
  switch (format) {
    case 'json': {
      const body = JSON.stringify({ ...notice, link });
      const signature = secret === null ? null : hmac(secret, `${sentAtMs}.${body}`).digest('hex');
      return {
        url,
        headers:
          signature === null
            ? headers
            : { ...headers, 'x-sharp-eyes-signature': `t=${sentAtMs},v1=${signature}` },
        body,
      };
    }
    case 'dingtalk': {
      const signed = new URL(url);
      if (secret !== null) {
        signed.searchParams.set('timestamp', String(sentAtMs));
        signed.searchParams.set('sign', hmac(secret, `${sentAtMs}\n${secret}`).digest('base64'));
      }
      const markdown = { title: notice.title, text: markdownOf(notice, link) };
      return { url: signed.href, headers, body: JSON.stringify({ msgtype: 'markdown', markdown }) };
    }
    case 'wecom':
      return {
        url,
        headers,
        body: JSON.stringify({ msgtype: 'markdown', markdown: { content: markdownOf(notice, link) } }),
      };
  }
}

/**
 * Whether an answer means that it was taken. Robots answer 200 with a code of their own in the body.
 * @returns null when it was, else what was answered.
 */
export function refusalOf(format: WebhookFormat, status: number, body: string): string | null {
  if (status < 200 || status > 299) return `HTTP ${status}`;
  if (format === 'json') return null;
  try {
    const { errcode, errmsg } = JSON.parse(body) as { errcode?: unknown; errmsg?: unknown };
    return errcode === 0 ? null : `errcode ${String(errcode)}: ${String(errmsg)}`;
  } catch {
    return 'an answer that is no JSON';
  }
}
