import type { Admin } from 'kafkajs';
import { partitionsOf, type Topic } from '../../contracts/index.ts';
import { PipelineError } from '../../kernel/index.ts';

/**
 * Create the topics that are missing and check those that are there. Existing ones are never altered: another number
 * of partitions would move keys, and changed settings belong to whoever runs the cluster.
 * @throws PipelineError CONFIG_INVALID when a topic has another number of partitions than the contract says.
 */
export async function ensureTopics(
  admin: Admin,
  topics: readonly Topic[],
  replicationFactor: number,
): Promise<void> {
  const there = new Set(await admin.listTopics());
  const missing = topics.filter(({ name }) => !there.has(name));
  if (missing.length > 0) {
    // Answers false when another process was faster, which is fine.
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map(({ name, keySpace, isCompacted }) => ({
        topic: name,
        numPartitions: partitionsOf[keySpace],
        replicationFactor,
        configEntries: isCompacted ? [{ name: 'cleanup.policy', value: 'compact' }] : [],
      })),
    });
  }
  const { topics: found } = await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) });
  for (const topic of topics) {
    const count = found.find(({ name }) => name === topic.name)?.partitions.length ?? 0;
    const wanted = partitionsOf[topic.keySpace];
    if (count === wanted) continue;
    throw new PipelineError(
      'CONFIG_INVALID',
      `Kafka's topic ${topic.name} has ${count} partitions; Sharp Eyes needs ${wanted}.`,
      {
        hint: `Use a cluster of its own, or move the topic's records away, delete it and start again: it is then created with ${wanted} partitions.`,
      },
    );
  }
}
