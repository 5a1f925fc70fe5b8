import { spawnSync } from 'node:child_process';

const minJavaVersion = 17;

/** Why no real Kafka broker can run on this machine, as one sentence; null when it can. */
export function whyNoKafka(): string | null {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
  if (java.error !== undefined)
    return 'no Java here: install default-jre-headless and maven to run a real Kafka broker';
  const version = Number(/version "(\d+)/.exec(java.stderr)?.[1] ?? 0);
  if (version < minJavaVersion) return `Java ${version} is too old: a Kafka broker needs ${minJavaVersion}`;
  const maven = spawnSync('mvn', ['-v'], { stdio: 'ignore' });
  return maven.error === undefined ? null : 'no Maven here: install maven to fetch a real Kafka broker';
}
