import { Button, Flex, Tag, Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RouteAction, RouteGap, RouteHop, RouteSighting } from '../../../../contracts/index.ts';
import { amount, clockTime, span, wholePercent } from '../format.ts';
import { personName } from '../shared/person-name.ts';
import type { ChainLine } from './chain.ts';
import { PassagePicture } from './passage-picture.tsx';
import { Plate } from './plate.tsx';
import type { RouteParts } from './route-parts.ts';

/** The passages of one proposal in order of time, with what speaks for each step between them. */
export function Passages({ lines, ...parts }: RouteParts & { lines: readonly ChainLine[] }): ReactNode {
  let number = 0;
  return (
    <ol className="route-chain">
      {lines.map((line) => {
        switch (line.kind) {
          case 'passage':
            number += 1;
            return (
              <Passage key={line.sighting.sightingId} number={number} sighting={line.sighting} {...parts} />
            );
          case 'hop':
            return <Hop key={`${line.hop.fromId}>${line.hop.toId}`} hop={line.hop} nameOf={parts.nameOf} />;
          case 'gap':
            return <Gap key={`gap ${line.gap.afterId}>${line.gap.beforeId}`} gap={line.gap} />;
          default:
            return null;
        }
      })}
    </ol>
  );
}

function Passage(props: RouteParts & { number: number; sighting: RouteSighting }): ReactNode {
  const { route, number, sighting, nameOf, isBusy, onSend } = props;
  const { t } = useTranslation();
  const { sightingId, cameraId, className, enteredAtMs, leftAtMs } = sighting;
  const decision = route.decisions.find((one) => one.sightingId === sightingId);
  const isActor = sightingId === route.actor?.sightingId;
  return (
    <li className={isActor ? 'route-passage route-actor' : 'route-passage'}>
      <Flex justify="space-between" gap="small" wrap align="center">
        <span>
          <b className="route-number">{number}</b> <strong>{nameOf(cameraId)}</strong>
          <br />
          <span className="quiet">
            {clockTime(enteredAtMs)} – {clockTime(leftAtMs)} · {t(`objectClass.${className as 'truck'}`)}
          </span>
        </span>
        {isActor ? (
          <Tag color="red">{t('route.atIncident')}</Tag>
        ) : decision === undefined ? (
          <VerdictButtons sightingId={sightingId} isBusy={isBusy} onSend={onSend} />
        ) : (
          <Flex gap={4} align="center">
            <Tooltip title={personName(decision.by)}>
              <Tag color="green">{t('route.confirmed')}</Tag>
            </Tooltip>
            <Button
              size="small"
              type="text"
              loading={isBusy}
              onClick={() => onSend({ kind: 'decide', sightingId, verdict: 'struck' })}
            >
              {t('route.strike')}
            </Button>
          </Flex>
        )}
      </Flex>
      <PassagePicture routeId={route.routeId} sighting={sighting} cameraName={nameOf(cameraId)} />
      <Plate {...props} />
    </li>
  );
}

export function VerdictButtons(props: {
  sightingId: string;
  isBusy: boolean;
  onSend: (action: RouteAction) => void;
}): ReactNode {
  const { t } = useTranslation();
  const { sightingId, isBusy, onSend } = props;
  return (
    <Flex gap={4}>
      <Button
        size="small"
        type="primary"
        loading={isBusy}
        onClick={() => onSend({ kind: 'decide', sightingId, verdict: 'confirmed' })}
      >
        {t('route.confirm')}
      </Button>
      <Button
        size="small"
        loading={isBusy}
        onClick={() => onSend({ kind: 'decide', sightingId, verdict: 'struck' })}
      >
        {t('route.strike')}
      </Button>
    </Flex>
  );
}

/** `× 30` or `÷ 5`: how much likelier one vehicle is than two. */
const factor = (ratio: number): string => {
  if (ratio <= 0) return '÷ ∞';
  const times = ratio >= 1 ? ratio : 1 / ratio;
  return `${ratio >= 1 ? '×' : '÷'} ${amount(times, times < 10 ? 1 : 0)}`;
};

/** What would be shown as a factor of 1 was not measured, or says nothing. */
const isSilent = (ratio: number): boolean => ratio > 1 / 1.05 && ratio < 1.05;

function Hop({ hop, nameOf }: { hop: RouteHop; nameOf: (cameraId: string) => string }): ReactNode {
  const { t } = useTranslation();
  const reasons = [
    t('route.tookMs', { took: span(hop.tookMs), expected: span(hop.expectedMs) }),
    ...(hop.stoodMs > 0 ? [t('route.stoodMs', { stood: span(hop.stoodMs) })] : []),
    // 0: only people told that the one follows the other.
    ...(hop.timeRatio > 0 ? [t('route.timeRatio', { factor: factor(hop.timeRatio) })] : []),
    ...(['classRatio', 'plateRatio', 'colorRatio'] as const).flatMap((ratio) =>
      isSilent(hop[ratio]) ? [] : [t(`route.${ratio}`, { factor: factor(hop[ratio]) })],
    ),
  ];
  return (
    <li className={hop.isConfirmed ? 'route-hop route-hop-sure' : 'route-hop'}>
      <span>
        {hop.isConfirmed
          ? t('route.hopConfirmed')
          : t('route.hop', {
              share: wholePercent(hop.probability),
              chain: wholePercent(hop.chainProbability),
            })}
      </span>
      <small className="quiet">{reasons.join(' · ')}</small>
      {hop.missedCameraIds.length > 0 && (
        <small className="late">
          {t('route.missed', { cameras: hop.missedCameraIds.map(nameOf).join('、') })}
        </small>
      )}
    </li>
  );
}

function Gap({ gap }: { gap: RouteGap }): ReactNode {
  const { t } = useTranslation();
  const where = gap.afterId === null ? 'before' : gap.beforeId === null ? 'after' : 'between';
  return (
    <li className="route-hop route-gap">
      <span>{t(`route.gap.${where}`)}</span>
      <small className="quiet">
        {t('route.gapBecause', {
          end: wholePercent(gap.endProbability),
          best: wholePercent(gap.bestProbability),
        })}
      </small>
    </li>
  );
}
