import { Tag } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RouteClock } from '../../../../contracts/index.ts';
import { amount } from '../format.ts';

const basisColor = { traffic: 'blue', shifted: 'red', unknown: 'default' } as const;

/** Clocks that nobody measured, or that went wrong, as the route takes them. */
export function Clocks(props: {
  clocks: readonly RouteClock[];
  nameOf: (cameraId: string) => string;
}): ReactNode {
  const { t } = useTranslation();
  const { clocks, nameOf } = props;
  if (clocks.length === 0) return <p className="quiet">{t('route.clocksHold')}</p>;
  return (
    <div>
      <span className="quiet">{t('route.clocks')}</span>
      <ul className="plain-list route-clocks">
        {clocks.map(({ cameraId, offsetMs, errorMs, basis }) => (
          <li key={cameraId}>
            {nameOf(cameraId)} <Tag color={basisColor[basis]}>{t(`route.basis.${basis}`)}</Tag>
            {`${offsetMs < 0 ? '−' : '+'}${amount(Math.abs(offsetMs) / 1_000)} ± ${amount(errorMs / 1_000)} s`}
          </li>
        ))}
      </ul>
    </div>
  );
}
