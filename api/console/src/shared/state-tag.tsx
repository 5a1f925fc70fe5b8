import { Tag } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { IncidentState } from '../../../../contracts/index.ts';

/** Red waits for a person, blue is on its way, green is done, grey was none. */
const colorOf: Readonly<Record<IncidentState, string>> = {
  detected: 'red',
  triage: 'orange',
  registered: 'blue',
  dispatched: 'blue',
  acknowledged: 'geekblue',
  arrived: 'geekblue',
  handling: 'geekblue',
  feedback: 'cyan',
  verified: 'green',
  closed: 'green',
  rejected: 'default',
};

/** States in which a person still has to decide whether it is one. */
export const openStates: readonly IncidentState[] = ['detected', 'triage'];

export function StateTag({ state }: { state: IncidentState }): ReactNode {
  const { t } = useTranslation();
  return (
    <Tag color={colorOf[state]} className="state-tag">
      {t(`state.${state}`)}
    </Tag>
  );
}
