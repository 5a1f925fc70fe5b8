import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CameraPeriod } from '../../../../contracts/index.ts';
import { dateTime, monthDay } from '../format.ts';

const widthUnits = 1_000;
const rowUnits = 22;
const barUnits = 14;
const dayMs = 86_400_000;
const chinaOffsetMs = 8 * 3_600_000;

interface Bar {
  readonly fromMs: number;
  readonly toMs: number;
  readonly className: string;
  readonly title: string;
}

/** The intervals of a camera over the window, one row per kind; hovering tells from when to when. */
export function Timeline({ period }: { period: CameraPeriod }): ReactNode {
  const { t } = useTranslation();
  const { fromMs, toMs } = period;
  const lengthMs = Math.max(1, toMs - fromMs);
  const at = (ms: number): number => (widthUnits * (ms - fromMs)) / lengthMs;
  const spoken = (bar: { fromMs: number; toMs: number }, what: string): string =>
    `${what} ${dateTime(bar.fromMs)} – ${dateTime(bar.toMs)}`;
  const plain = (spans: readonly { fromMs: number; toMs: number }[], kind: string, what: string): Bar[] =>
    spans.map((span) => ({ ...span, className: `bar-${kind}`, title: spoken(span, what) }));
  const rows: readonly { readonly label: string; readonly bars: readonly Bar[] }[] = [
    {
      label: t('figures.row.state'),
      bars: period.states.map((state) => ({
        fromMs: state.fromMs,
        toMs: state.toMs,
        className: `bar-${state.state}`,
        title: spoken(state, `${t(`cameraState.${state.state}`)} ${state.cause}`.trim()),
      })),
    },
    { label: t('figures.row.required'), bars: plain(period.required, 'required', t('figures.row.required')) },
    { label: t('figures.row.excluded'), bars: plain(period.excluded, 'excluded', t('figures.row.excluded')) },
    { label: t('figures.row.recorded'), bars: plain(period.recorded, 'recorded', t('figures.row.recorded')) },
    {
      label: t('figures.row.image'),
      bars: period.imageChecks.map(({ checkedAtMs, result }) => ({
        fromMs: checkedAtMs,
        toMs: checkedAtMs + lengthMs / 400,
        className: result === 'normal' ? 'bar-normal' : result === 'unknown' ? 'bar-unknown' : 'bar-fault',
        title: `${result} ${dateTime(checkedAtMs)}`,
      })),
    },
    {
      label: t('figures.row.serviceable'),
      bars: plain(period.serviceable, 'serviceable', t('figures.row.serviceable')),
    },
  ];
  const days = Math.ceil(lengthMs / dayMs);
  const firstDayMs = Math.ceil((fromMs + chinaOffsetMs) / dayMs) * dayMs - chinaOffsetMs;
  const step = Math.max(1, Math.ceil(days / 10));
  const ticks = Array.from(
    { length: Math.ceil(days / step) },
    (_, index) => firstDayMs + index * step * dayMs,
  );
  return (
    <div className="timeline">
      {rows.map(({ label, bars }) => (
        <div key={label} className="timeline-row">
          <span className="timeline-label">{label}</span>
          <svg
            viewBox={`0 0 ${widthUnits} ${rowUnits}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={label}
          >
            <rect className="bar-none" y={(rowUnits - barUnits) / 2} width={widthUnits} height={barUnits} />
            {bars.map((bar) => (
              <rect
                key={`${bar.fromMs} ${bar.className}`}
                className={bar.className}
                x={at(bar.fromMs)}
                y={(rowUnits - barUnits) / 2}
                width={Math.max(0.8, at(bar.toMs) - at(bar.fromMs))}
                height={barUnits}
              >
                <title>{bar.title}</title>
              </rect>
            ))}
          </svg>
        </div>
      ))}
      <div className="timeline-row">
        <span className="timeline-label" />
        <svg className="timeline-days" aria-hidden>
          {ticks
            .filter((ms) => ms < toMs - lengthMs / 50)
            .map((ms) => (
              <text key={ms} x={`${at(ms) / 10}%`} y="12">
                {monthDay(ms)}
              </text>
            ))}
        </svg>
      </div>
      <div className="timeline-legend">
        {(['online', 'offline', 'unknown', 'maintenance', 'notCommissioned', 'retired'] as const).map(
          (state) => (
            <span key={state}>
              <svg viewBox="0 0 10 10" aria-hidden>
                <rect className={`bar-${state}`} width="10" height="10" />
              </svg>
              {t(`cameraState.${state}`)}
            </span>
          ),
        )}
      </div>
    </div>
  );
}
