import type { Incident, IncidentPage } from '../../contracts/index.ts';

/** The API as somebody who followed the one-time link sees it. */
export interface LoggedIn {
  get<T>(path: string): Promise<T>;
  post(path: string, body: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
  bytes(path: string): Promise<{ readonly status: number; readonly type: string; readonly body: Uint8Array }>;
}

/** Follow a login link as printed: `http://host:port/login#TOKEN`. */
export async function logIn(link: string): Promise<LoggedIn> {
  const { origin, hash } = new URL(link);
  const response = await fetch(`${origin}/api/login/link`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ token: hash.slice(1) }),
  });
  if (!response.ok) throw new Error(`The link was refused: ${response.status} ${await response.text()}`);
  const cookie = response.headers
    .getSetCookie()
    .map((set) => set.split(';')[0])
    .join('; ');
  const ask = async (path: string, body?: string): Promise<Response> =>
    await fetch(`${origin}${path}`, {
      headers: { cookie, origin, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { method: 'POST', body }),
    });
  return {
    async get<T>(path: string) {
      const answer = await ask(path);
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as T;
    },
    async post(path, body) {
      const answer = await ask(path, JSON.stringify(body));
      return { status: answer.status, body: await answer.json() };
    },
    async bytes(path) {
      const answer = await ask(path);
      return {
        status: answer.status,
        type: answer.headers.get('content-type') ?? '',
        body: new Uint8Array(await answer.arrayBuffer()),
      };
    },
  };
}

/** Wait until there is an incident that fulfils a condition. */
export async function incidentThat(
  page: LoggedIn,
  isRight: (incident: Incident) => boolean,
  timeoutMs: number,
): Promise<Incident> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const { items } = await page.get<IncidentPage>('/api/incidents');
    for (const { incidentId } of items) {
      const incident = await page.get<Incident>(`/api/incidents/${incidentId}`);
      if (isRight(incident)) return incident;
    }
    if (Date.now() > deadlineMs) throw new Error(`No such incident among ${JSON.stringify(items)}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
