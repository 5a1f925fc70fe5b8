import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Namespace, PersistentVolumeClaim, Service } from 'kubernetes-models/v1';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { loadConfig } from '../kernel/index.ts';

/** No cluster runs where these tests run: every object is held against the schemas of Kubernetes, and against the others. */
const folder = join(import.meta.dirname, 'kubernetes');
const kinds = {
  Deployment,
  StatefulSet,
  NetworkPolicy,
  PodDisruptionBudget,
  Namespace,
  PersistentVolumeClaim,
  Service,
} as const;

interface KubernetesObject {
  readonly kind: keyof typeof kinds;
  readonly metadata: { readonly name: string };
}

const { resources, configMapGenerator, images } = parse(
  readFileSync(join(folder, 'kustomization.yaml'), 'utf8'),
) as {
  resources: string[];
  configMapGenerator: { name: string; files: string[] }[];
  images: { name: string; newTag: string }[];
};
const objects = resources.flatMap((name) =>
  parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map(
    (document) => document.toJS() as KubernetesObject,
  ),
);
const processes = objects.filter(
  ({ kind }) => kind === 'Deployment' || kind === 'StatefulSet',
) as (Deployment & StatefulSet)[];
const commands = globSync('*.ts', { cwd: join(folder, '..', '..', 'cli', 'program') })
  .flatMap((name) => [
    ...readFileSync(join(folder, '..', '..', 'cli', 'program', name), 'utf8').matchAll(
      /command\(program, '(\w+)/g,
    ),
  ])
  .map((match) => match[1]);

test('every file is listed, and every object is one that Kubernetes takes', () => {
  const listed = [...resources, 'kustomization.yaml', ...configMapGenerator.flatMap(({ files }) => files)];
  expect(readdirSync(folder).toSorted()).toEqual(listed.toSorted());
  expect(objects.length).toBeGreaterThan(8);
  for (const object of objects) {
    const Kind = kinds[object.kind];
    expect(Kind, object.kind).toBeDefined();
    new Kind(object).validate();
  }
  expect(() => new StatefulSet({ spec: { replicas: 'many' } } as never).validate()).toThrow(/replicas/);
});

test('the three processes run as nobody, write nowhere but where they are given room, and end in time', () => {
  const named = new Set(processes.map(({ metadata }) => metadata?.name));
  expect(named).toEqual(new Set(['api', 'correlate', 'ingest']));
  const user = Number(/^USER (\d+)$/m.exec(readFileSync(join(folder, '..', 'Dockerfile'), 'utf8'))?.[1]);
  for (const { spec } of processes) {
    const pod = spec?.template.spec;
    expect(pod?.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: user, fsGroup: user });
    expect(pod?.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(20);
    const claims = (spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name);
    const volumes = [...claims, ...(pod?.volumes ?? []).map(({ name }) => name)];
    for (const container of [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])]) {
      expect(container.securityContext).toMatchObject({
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
      });
      for (const { name } of container.volumeMounts ?? []) expect(volumes).toContain(name);
    }
    for (const { args = [], volumeMounts = [] } of pod?.containers ?? []) {
      expect(commands).toContain(args[0]);
      expect(volumeMounts.map(({ mountPath }) => mountPath)).toEqual(
        expect.arrayContaining([
          '/var/lib/sharp-eyes',
          '/var/lib/sharp-eyes-media',
          '/tmp',
          '/etc/sharp-eyes',
        ]),
      );
    }
  }
});

test('what the processes are told is a configuration that the product takes', async () => {
  for (const { metadata, spec } of processes) {
    const [container] = spec?.template.spec?.containers ?? [];
    const environment = Object.fromEntries(
      (container?.env ?? []).map(({ name, value }) => [name, value ?? '7'] as const),
    );
    const [file] = configMapGenerator[0]?.files ?? [];
    expect(container?.args).toContain(`/etc/sharp-eyes/${file}`);
    const config = await loadConfig(join(folder, file ?? ''), environment);
    expect(config, metadata?.name).toMatchObject({
      bus: { kind: 'kafka' },
      store: { kind: 'clickhouse', passwordEnv: 'CLICKHOUSE_PASSWORD' },
      mediaDir: '/var/lib/sharp-eyes-media',
    });
    if (metadata?.name === 'ingest')
      expect(config.ingest).toMatchObject({ processCount: spec?.replicas, processIndex: 7 });
    else expect(Object.keys(environment)).toContain('CLICKHOUSE_PASSWORD');
  }
});

test('what one object calls another by is what that one is called', () => {
  const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  for (const { spec } of processes) {
    const labels = spec?.template.metadata?.labels ?? {};
    expect(labels).toMatchObject(spec?.selector.matchLabels ?? { none: '' });
    expect(labels['app.kubernetes.io/part-of']).toBe('sharp-eyes');
    if (spec?.serviceName !== undefined) expect(names).toContain(`Service ${spec.serviceName}`);
    for (const { persistentVolumeClaim, configMap } of spec?.template.spec?.volumes ?? []) {
      if (persistentVolumeClaim !== undefined)
        expect(names).toContain(`PersistentVolumeClaim ${persistentVolumeClaim.claimName}`);
      if (configMap !== undefined)
        expect(configMapGenerator.map(({ name }) => name)).toContain(configMap.name);
    }
    for (const { image } of spec?.template.spec?.containers ?? [])
      expect(images.map(({ name }) => name)).toContain(image);
  }
  for (const { newTag } of images) expect(newTag).toMatch(/\d/);
  expect(existsSync(join(folder, 'config.yaml'))).toBe(true);
});
