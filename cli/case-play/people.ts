import { z } from 'zod';
import {
  type Agency,
  type ApiError,
  type NewUser,
  SessionView,
  UserInvitation,
  UserList,
} from '../../contracts/index.ts';
import { PipelineError } from '../../kernel/index.ts';

/** The people of the case, each with an account of his or her own. */
export const casePeople = {
  陈静: { role: 'dutyOfficer', unit: '南苑派出所', agency: null },
  王芳: { role: 'agencyOfficer', unit: '综合执法南苑中队', agency: 'enforcement' },
  李强: { role: 'agencyOfficer', unit: '南苑派出所', agency: 'policeStation' },
  周伟: { role: 'agencyOfficer', unit: '交警二中队', agency: 'trafficPolice' },
  郑洁: { role: 'reviewer', unit: '法制科', agency: null },
} as const satisfies Readonly<Record<string, Pick<NewUser, 'role' | 'unit'> & { agency: Agency | null }>>;
export type CaseName = keyof typeof casePeople;

export interface CaseAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Somebody at the product's door. */
export interface CaseVisitor {
  get(path: string): Promise<CaseAnswer>;
  post(path: string, body: object | Uint8Array): Promise<CaseAnswer>;
}

/** Who is let in how: the administrator by the local token, everybody else by the link of an account. */
export interface CaseCrowd {
  readonly resident: CaseVisitor;
  readonly administrator: CaseVisitor;
  person(name: CaseName): Promise<CaseVisitor>;
}

/** @throws PipelineError COMMAND_REFUSED: what was answered instead of 200. */
export function taken({ status, body }: CaseAnswer, what: string): unknown {
  if (status === 200) return body;
  const { code, message, hint } = body as Partial<ApiError>;
  throw new PipelineError(
    'COMMAND_REFUSED',
    `${what} was refused: ${status} ${code ?? ''} ${message ?? ''}`,
    {
      hint: hint ?? 'Look at the incident as it is now.',
    },
  );
}

export function openCrowd(api: { readonly url: string; readonly localToken: string }): CaseCrowd {
  const { url, localToken } = api;
  const visitor = (headers: Readonly<Record<string, string>>): CaseVisitor => {
    const ask = async (path: string, init: RequestInit): Promise<CaseAnswer> => {
      const response = await fetch(`${url}${path}`, init);
      return { status: response.status, body: await response.json().catch(() => null) };
    };
    return {
      get: async (path) => await ask(path, { headers }),
      post: async (path, body) =>
        await ask(path, {
          method: 'POST',
          headers: {
            ...headers,
            'content-type': body instanceof Uint8Array ? 'application/octet-stream' : 'application/json',
          },
          body: body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body),
        }),
    };
  };
  const administrator = visitor({ authorization: `Bearer ${localToken}` });
  const inside = new Map<CaseName, CaseVisitor>();

  /** The link of the account, which is opened when there is none yet. */
  const linkOf = async (name: CaseName): Promise<string> => {
    const { items } = UserList.parse(taken(await administrator.get('/api/users'), 'the list of accounts'));
    const account = items.find((item) => item.name === name);
    const answer =
      account === undefined
        ? await administrator.post('/api/users', { name, ...casePeople[name] })
        : await administrator.post(`/api/users/${account.userId}/link`, {});
    return UserInvitation.parse(taken(answer, `the account of ${name}`)).loginUrl;
  };

  return {
    administrator,
    resident: visitor({}),
    async person(name) {
      const known = inside.get(name);
      // A session ends after a shift.
      if (known !== undefined && (await known.get('/api/session')).status === 200) return known;
      const token = new URL(await linkOf(name)).hash.slice(1);
      const response = await fetch(`${url}/api/login/link`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token }),
      });
      const body: unknown = await response.json();
      SessionView.parse(taken({ status: response.status, body }, `the login of ${name}`));
      const cookie = z.string().parse(response.headers.get('set-cookie')).split(';')[0] ?? '';
      const entered = visitor({ cookie });
      inside.set(name, entered);
      return entered;
    },
  };
}
