import kafkajs, { type PartitionAssigner } from 'kafkajs';
import { partitionsOf, type Topic } from '../../contracts/index.ts';

const { AssignerProtocol } = kafkajs;

/** Which member takes which partitions: `topics` by name, all members by their id. */
export function assignByNumber(
  members: readonly { readonly memberId: string; readonly topics: readonly string[] }[],
  partitionCount: (topicName: string) => number,
): Map<string, Record<string, number[]>> {
  const sorted = members.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1));
  const assignment = new Map<string, Record<string, number[]>>(sorted.map(({ memberId }) => [memberId, {}]));
  for (const topicName of new Set(sorted.flatMap(({ topics }) => topics))) {
    const sharers = sorted.filter(({ topics }) => topics.includes(topicName));
    for (let partition = 0; partition < partitionCount(topicName); partition++) {
      const { memberId = '' } = sharers[partition % sharers.length] ?? {};
      const mine = assignment.get(memberId);
      if (mine !== undefined) (mine[topicName] ??= []).push(partition);
    }
  }
  return assignment;
}

/**
 * Deals partitions out by their number alone, so that equal numbers of all topics of a subscription meet in one member:
 * what lies in one area is then handled in one place. kafkajs's own assigner does not do that.
 */
export function coPartitioned(topics: readonly Topic[]): PartitionAssigner {
  const countOf = new Map(topics.map(({ name, keySpace }) => [name, partitionsOf[keySpace]]));
  const name = 'SharpEyesByNumber';
  const version = 0;
  return ({ cluster }) => ({
    name,
    version,
    async assign({ members }) {
      const subscribers = members.map(({ memberId, memberMetadata }) => ({
        memberId,
        topics: AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics ?? [],
      }));
      const partitionCount = (topicName: string): number =>
        // A member of the group may read topics that this one does not.
        countOf.get(topicName) ?? cluster.findTopicPartitionMetadata(topicName).length;
      return [...assignByNumber(subscribers, partitionCount)].map(([memberId, assignment]) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          version,
          assignment,
          userData: Buffer.alloc(0),
        }),
      }));
    },
    protocol: (subscription) => ({
      name,
      metadata: AssignerProtocol.MemberMetadata.encode({
        version,
        topics: subscription.topics,
        userData: Buffer.alloc(0),
      }),
    }),
  });
}
