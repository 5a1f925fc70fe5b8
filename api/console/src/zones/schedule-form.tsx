import { Button, Checkbox, Flex, Input, Select } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schedule } from '../../../../contracts/index.ts';

const days = [1, 2, 3, 4, 5, 6, 7] as const;
const wholeWeek: Schedule = { hours: [{ days: [...days], from: '08:00', to: '18:00' }] };

/** When a zone holds; without a schedule always. */
export function ScheduleForm(props: {
  readonly schedule: Schedule | undefined;
  /** null: always. */
  readonly onChange: (schedule: Schedule | null) => void;
}): ReactNode {
  const { schedule, onChange } = props;
  const { t } = useTranslation();
  return (
    <Flex vertical gap="small">
      <Checkbox
        checked={schedule !== undefined}
        onChange={({ target }) => onChange(target.checked ? wholeWeek : null)}
      >
        {t('zones.hasSchedule')}
      </Checkbox>
      {schedule !== undefined && <Hours schedule={schedule} onChange={onChange} />}
    </Flex>
  );
}

function Hours({
  schedule,
  onChange,
}: {
  readonly schedule: Schedule;
  readonly onChange: (schedule: Schedule) => void;
}): ReactNode {
  const { t } = useTranslation();
  const { hours, onHolidays = 'asSunday' } = schedule;
  const names = t('zones.days', { returnObjects: true });
  const setSpan = (index: number, span: Partial<Schedule['hours'][number]>): void => {
    const old = hours[index];
    if (old !== undefined) onChange({ ...schedule, hours: hours.with(index, { ...old, ...span }) });
  };
  return (
    <>
      {hours.map((span, index) => (
        // A span has no name but its place in the row.
        <Flex key={index} vertical gap={4} className="zone-span">
          <Checkbox.Group
            value={span.days}
            options={days.map((day) => ({ value: day, label: names[day - 1] ?? day }))}
            onChange={(chosen) => setSpan(index, { days: chosen.toSorted((one, other) => one - other) })}
          />
          <Flex gap="small" align="center">
            <Time label={t('zones.from')} value={span.from} onChange={(from) => setSpan(index, { from })} />
            —
            <Time label={t('zones.to')} value={span.to} onChange={(to) => setSpan(index, { to })} />
            {hours.length > 1 && (
              <Button
                size="small"
                type="text"
                onClick={() => onChange({ ...schedule, hours: hours.toSpliced(index, 1) })}
              >
                {t('zones.removeSpan')}
              </Button>
            )}
          </Flex>
        </Flex>
      ))}
      <Flex gap="small" align="center" wrap>
        <Button size="small" onClick={() => onChange({ ...schedule, hours: [...hours, ...wholeWeek.hours] })}>
          {t('zones.addSpan')}
        </Button>
        <Select
          size="small"
          value={onHolidays}
          aria-label={t('zones.onHolidays')}
          options={(['asSunday', 'always', 'never'] as const).map((value) => ({
            value,
            label: t(`zones.holidays.${value}`),
          }))}
          onChange={(value) => onChange({ ...schedule, onHolidays: value })}
        />
      </Flex>
    </>
  );
}

/** `HH:MM`; midnight at the end of a day is the next day's beginning. */
function Time(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactNode {
  const { label, value, onChange } = props;
  return (
    <Input
      size="small"
      type="time"
      className="zone-time"
      aria-label={label}
      value={value === '24:00' ? '00:00' : value}
      onChange={({ target }) => {
        if (target.value !== '') onChange(target.value);
      }}
    />
  );
}
