/**
 * Order of acknowledgement within one partition. What the bus itself takes out (a record that nobody can read) counts
 * as done only when everything handed out before it is: an acknowledgement covers all that lies before, and a reader
 * may still hold earlier records.
 */
export interface AckOrder {
  /** A record goes to the reader. @returns how its acknowledgement is to be passed on. */
  handOut(): (acknowledge: () => void) => void;
  /** A record was taken out by the bus. */
  takeOut(acknowledge: () => void): void;
}

export function createAckOrder(): AckOrder {
  let handedOut = 0;
  let done = 0;
  let held: (() => void) | null = null;
  return {
    handOut() {
      const turn = ++handedOut;
      // The acknowledgement of this one will cover it.
      held = null;
      return (acknowledge) => {
        acknowledge();
        done = Math.max(done, turn);
        if (done < handedOut) return;
        held?.();
        held = null;
      };
    },
    takeOut(acknowledge) {
      if (done === handedOut) acknowledge();
      else held = acknowledge;
    },
  };
}

/** One order per topic and partition. */
export function createAckOrders(): (topicName: string, partition: number) => AckOrder {
  const orders = new Map<string, AckOrder>();
  return (topicName, partition) => {
    const key = `${topicName}/${partition}`;
    const known = orders.get(key) ?? createAckOrder();
    orders.set(key, known);
    return known;
  };
}
