import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Zone } from '../../../../contracts/index.ts';
import { type Corner, zoneKinds } from './zone-kinds.ts';

/** How far an arrow key moves a corner. */
const stepNorm = 0.005;
const arrows: Readonly<Record<string, Corner>> = {
  ArrowLeft: [-stepNorm, 0],
  ArrowRight: [stepNorm, 0],
  ArrowUp: [0, -stepNorm],
  ArrowDown: [0, stepNorm],
};

const within = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 1e4) / 1e4;
const pointsOf = (corners: readonly Corner[]): string => corners.map((corner) => corner.join(',')).join(' ');

/**
 * The zones over what the camera shows. Corners of the chosen one are moved by pointer or arrow keys; while a new one
 * is drawn, each click is a corner, and the first corner or Enter closes it.
 */
export function ZonePicture(props: {
  readonly stillUrl: string | null;
  readonly zones: readonly Zone[];
  /** Place in the list: a name may be written twice until it is saved. */
  readonly chosenIndex: number | null;
  readonly drawn: readonly Corner[] | null;
  readonly onChoose: (index: number) => void;
  readonly onDraw: (corners: readonly Corner[]) => void;
  readonly onClose: () => void;
  readonly onChange: (zone: Zone) => void;
}): ReactNode {
  const { stillUrl, zones, chosenIndex, drawn, onChoose, onDraw, onClose, onChange } = props;
  const { t } = useTranslation();
  const frame = useRef<HTMLDivElement>(null);
  const [hasFailed, setHasFailed] = useState(false);
  const chosen = chosenIndex === null ? undefined : zones[chosenIndex];
  const cornerAt = ({ clientX, clientY }: { clientX: number; clientY: number }): Corner => {
    const { left, top, width, height } = frame.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1);
    return [within((clientX - left) / width), within((clientY - top) / height)];
  };
  return (
    <div
      ref={frame}
      className={drawn === null ? 'zone-picture' : 'zone-picture zone-picture-drawing'}
      data-testid="zone-picture"
      onClick={(event) => {
        if (drawn !== null) onDraw([...drawn, cornerAt(event)]);
      }}
    >
      {stillUrl === null || hasFailed ? (
        <p className="zone-picture-none">{t('zones.noStill')}</p>
      ) : (
        <img src={stillUrl} alt={t('zones.still')} draggable={false} onError={() => setHasFailed(true)} />
      )}
      <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden>
        {zones.map((zone, index) => (
          <polygon
            // A name may be written twice until it is saved.
            key={index}
            points={pointsOf(zone.polygonNorm)}
            className={index === chosenIndex ? 'zone-outline zone-outline-chosen' : 'zone-outline'}
            stroke={zoneKinds[zone.kind].color}
            fill={zoneKinds[zone.kind].color}
            onClick={() => {
              if (drawn === null) onChoose(index);
            }}
          />
        ))}
        {chosen?.kind === 'oneWay' && (
          <polyline
            points={pointsOf(chosen.directionNorm)}
            className="zone-outline zone-way"
            stroke={zoneKinds.oneWay.color}
          />
        )}
        {drawn !== null && <polyline points={pointsOf(drawn)} className="zone-outline zone-drawn" />}
      </svg>
      {drawn?.map((corner, index) => (
        <Handle
          key={`${corner.join(' ')} ${index}`}
          corner={corner}
          name={index === 0 ? t('zones.close') : t('zones.corner', { number: index + 1 })}
          isFirst={index === 0}
          onPress={index === 0 ? onClose : undefined}
        />
      ))}
      {drawn === null &&
        chosen?.polygonNorm.map((corner, index) => (
          <Handle
            // Corners have no name but their place in the row.
            key={index}
            corner={corner}
            name={t('zones.corner', { number: index + 1 })}
            at={cornerAt}
            onMove={(moved) => onChange({ ...chosen, polygonNorm: chosen.polygonNorm.with(index, moved) })}
          />
        ))}
      {drawn === null &&
        chosen?.kind === 'oneWay' &&
        ([0, 1] as const).map((end) => (
          <Handle
            key={`way ${end}`}
            corner={chosen.directionNorm[end]}
            name={t(end === 0 ? 'zones.wayFrom' : 'zones.wayTo')}
            mark={end === 0 ? '●' : '▶'}
            at={cornerAt}
            onMove={(moved) => {
              const [from, to] = chosen.directionNorm;
              onChange({ ...chosen, directionNorm: end === 0 ? [moved, to] : [from, moved] });
            }}
          />
        ))}
    </div>
  );
}

/** A corner that can be taken hold of. */
function Handle(props: {
  readonly corner: Corner;
  readonly name: string;
  readonly mark?: string;
  readonly isFirst?: boolean;
  readonly at?: (pointer: PointerEvent) => Corner;
  readonly onMove?: (corner: Corner) => void;
  readonly onPress?: (() => void) | undefined;
}): ReactNode {
  const { corner, name, mark = '', isFirst = false, at, onMove, onPress } = props;
  const [x, y] = corner;
  const byKey = (event: KeyboardEvent): void => {
    const step = arrows[event.key];
    if (step === undefined || onMove === undefined) return;
    event.preventDefault();
    onMove([within(x + step[0]), within(y + step[1])]);
  };
  return (
    <button
      type="button"
      className={isFirst ? 'zone-corner zone-corner-first' : 'zone-corner'}
      style={{ left: `${x * 100}%`, top: `${y * 100}%` }}
      aria-label={name}
      title={name}
      onKeyDown={byKey}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId) && at !== undefined) onMove?.(at(event));
      }}
      onClick={(event) => {
        event.stopPropagation();
        onPress?.();
      }}
    >
      {mark}
    </button>
  );
}
