import { crashSuite } from './testing/crash.suite.ts';
import { deliverySuite } from './testing/delivery.suite.ts';
import { flowSuite } from './testing/flow.suite.ts';
import { groupSuite } from './testing/group.suite.ts';
import type { Subject } from './testing/subject.ts';

/** What every bus must do; each implementation runs this same suite. */
export function busSuite(subject: Subject): void {
  deliverySuite(subject);
  groupSuite(subject);
  flowSuite(subject);
  crashSuite(subject);
}
