import { Button, Flex, Input, InputNumber, Select, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Zone } from '../../../../contracts/index.ts';
import { ScheduleForm } from './schedule-form.tsx';
import {
  allZoneKinds,
  fieldOf,
  renamed,
  type ZoneField,
  zoneKinds,
  zoneOfKind,
  withField,
} from './zone-kinds.ts';

/** What the chosen zone is and when it holds. */
export function ZoneForm(props: {
  readonly zone: Zone;
  /** All of the camera, this one among them. */
  readonly zones: readonly Zone[];
  readonly onChange: (zone: Zone) => void;
  readonly onRemove: () => void;
}): ReactNode {
  const { zone, zones, onChange, onRemove } = props;
  const { t } = useTranslation();
  return (
    <Flex vertical gap="middle">
      <label className="zone-field">
        <span>{t('zones.kindLabel')}</span>
        <Select
          value={zone.kind}
          aria-label={t('zones.kindLabel')}
          options={allZoneKinds.map((kind) => ({ value: kind, label: t(`zones.kind.${kind}`) }))}
          onChange={(kind) => {
            const madeUp = { old: t(`zones.kind.${zone.kind}`), next: t(`zones.kind.${kind}`) };
            onChange(zoneOfKind(kind, { ...zone, zoneId: renamed(zone.zoneId, madeUp, zones) }));
          }}
        />
      </label>
      <Typography.Text type="secondary">{t(`zones.means.${zone.kind}`)}</Typography.Text>
      <label className="zone-field">
        <span>{t('zones.name')}</span>
        <Input
          value={zone.zoneId}
          maxLength={100}
          onChange={({ target }) => onChange({ ...zone, zoneId: target.value })}
        />
      </label>
      {zoneKinds[zone.kind].fields.map((field) => (
        <Field key={field.name} zone={zone} field={field} onChange={onChange} />
      ))}
      <ScheduleForm
        schedule={zone.schedule}
        onChange={(schedule) => onChange(withField(zone, 'schedule', schedule))}
      />
      <div>
        <Button danger onClick={onRemove}>
          {t('zones.remove')}
        </Button>
      </div>
    </Flex>
  );
}

/** Shown in people's units, kept in the contract's. */
const unitOf = { seconds: 1_000, share: 0.01, count: 1, number: 1 } as const;

function Field(props: {
  readonly zone: Zone;
  readonly field: ZoneField;
  readonly onChange: (zone: Zone) => void;
}): ReactNode {
  const { zone, field, onChange } = props;
  const { t } = useTranslation();
  const label = t(`zones.field.${field.name}` as 'zones.field.laneType');
  const value = fieldOf(zone, field.name);
  if (field.as === 'choice') {
    return (
      <label className="zone-field">
        <span>{label}</span>
        <Select
          value={typeof value === 'string' ? value : null}
          aria-label={label}
          placeholder={t('zones.common')}
          allowClear={field.name !== 'laneType'}
          options={field.choices.map((choice) => ({
            value: choice,
            label: t(`zones.choice.${choice}` as 'zones.choice.motor'),
          }))}
          onChange={(chosen: string | undefined) => onChange(withField(zone, field.name, chosen ?? null))}
        />
      </label>
    );
  }
  const unit = unitOf[field.as];
  return (
    <label className="zone-field">
      <span>{label}</span>
      <InputNumber<number>
        value={typeof value === 'number' ? value / unit : null}
        min={0}
        {...(field.as === 'share' ? { max: 100 } : {})}
        {...(field.as === 'count' ? { precision: 0 } : {})}
        placeholder={t('zones.common')}
        {...(field.as === 'seconds' || field.as === 'share' ? { suffix: t(`zones.unit.${field.as}`) } : {})}
        onChange={(shown) => {
          const kept = shown === null ? null : shown * unit;
          onChange(
            withField(zone, field.name, kept !== null && field.as === 'seconds' ? Math.round(kept) : kept),
          );
        }}
      />
    </label>
  );
}
