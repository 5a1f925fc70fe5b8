import { Button, Card, Flex, Form, Input, Radio, Select, Tag, Typography } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CaseAction, LegalBasis, Party, PartyRole, WasteKind } from '../../../../contracts/index.ts';
import { dateTime } from '../format.ts';
import { NoteDialog } from './note-dialog.tsx';
import type { CaseParts } from './parts.ts';
import { PenaltyDialog } from './penalty-dialog.tsx';
import { provisionTitle } from '../shared/provision.ts';

const roles: readonly PartyRole[] = ['generator', 'contractor', 'transporter', 'dumper', 'owner'];
const wasteKinds: readonly WasteKind[] = ['renovation', 'construction', 'household', 'unknown'];

interface PartyFields {
  role: PartyRole;
  kind: Party['kind'];
  name: string;
  permitNumber?: string;
}

/** Whom the law is applied to, what may apply, and what was decided. */
export function Parties({ incident, penaltyCase, command }: CaseParts): ReactNode {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<'party' | Party | null>(null);
  const isOpen = incident.state !== 'closed';
  const done = (): void => setAsking(null);
  const send = (action: CaseAction): void => command.mutate(action, { onSettled: done });
  return (
    <Card title={t('case.parties')}>
      <Typography.Paragraph type="secondary">{t('case.partiesHint')}</Typography.Paragraph>
      <Flex gap="small" align="center" wrap className="case-waste">
        <span>{t('case.wasteKind.label')}</span>
        <Select<WasteKind>
          value={penaltyCase.wasteKind}
          disabled={!isOpen}
          aria-label={t('case.wasteKind.label')}
          options={wasteKinds.map((value) => ({ value, label: t(`case.wasteKind.${value}`) }))}
          onChange={(wasteKind) => send({ kind: 'setWasteKind', wasteKind, note: '' })}
          className="waste-select"
        />
        {isOpen && <Button onClick={() => setAsking('party')}>{t('case.actions.putParty')}</Button>}
      </Flex>
      <ul className="plain-list parties">
        {penaltyCase.parties.map((party) => (
          <li key={party.partyId} className="party">
            <Flex justify="space-between" gap="small" wrap>
              <span>
                <Tag>{t(`case.party.roles.${party.role}`)}</Tag>
                <strong>{party.name}</strong>{' '}
                <span className="quiet">
                  {t(`case.party.kinds.${party.kind}`)} ·{' '}
                  {party.permitNumber === null
                    ? t('case.party.noPermit')
                    : t('case.party.permit', { number: party.permitNumber })}
                </span>
              </span>
              {isOpen && (
                <Button
                  size="small"
                  type="text"
                  onClick={() => send({ kind: 'removeParty', partyId: party.partyId, note: '' })}
                >
                  {t('case.actions.removeParty')}
                </Button>
              )}
            </Flex>
            <ul className="plain-list bases">
              {penaltyCase.legalBases
                .filter(({ partyId }) => partyId === party.partyId)
                .map((basis) => (
                  <Basis key={basis.basisId} basis={basis} isOpen={isOpen} onJudge={send} />
                ))}
            </ul>
            {penaltyCase.penalties
              .filter(({ partyId }) => partyId === party.partyId)
              .map((penalty) => (
                <p key={penalty.decisionNumber} className="penalty">
                  <strong>{penalty.decisionNumber}</strong> · {t(`case.agency.${penalty.agency}`)} ·{' '}
                  {dateTime(penalty.decidedAtMs)}
                  {penalty.text !== '' && ` · ${penalty.text}`}
                </p>
              ))}
            {isOpen && (
              <Button size="small" onClick={() => setAsking(party)}>
                {t('case.actions.recordPenalty')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {asking === 'party' && <PartyDialog isBusy={command.isPending} onCancel={done} onSend={send} />}
      {asking !== null && asking !== 'party' && (
        <PenaltyDialog
          party={asking}
          bases={penaltyCase.legalBases}
          isBusy={command.isPending}
          onCancel={done}
          onSend={send}
        />
      )}
    </Card>
  );
}

function Basis(props: {
  basis: LegalBasis;
  isOpen: boolean;
  onJudge: (action: CaseAction) => void;
}): ReactNode {
  const { t } = useTranslation();
  const { basis, isOpen, onJudge } = props;
  const { partyId, basisId, status } = basis;
  const judge = (to: 'chosen' | 'struck'): void =>
    onJudge({ kind: 'judgeBasis', partyId, basisId, status: to, note: '' });
  return (
    <li className={`basis basis-${status}`}>
      <span>
        {provisionTitle(basis)}
        <br />
        <small className="quiet">{basis.range}</small>
      </span>
      <Flex gap={4} align="center">
        <Tag color={status === 'chosen' ? 'green' : 'default'}>{t(`case.basisStatus.${status}`)}</Tag>
        {isOpen && status !== 'chosen' && (
          <Button size="small" onClick={() => judge('chosen')}>
            {t('case.actions.chosen')}
          </Button>
        )}
        {isOpen && status !== 'struck' && (
          <Button size="small" type="text" onClick={() => judge('struck')}>
            {t('case.actions.struck')}
          </Button>
        )}
      </Flex>
    </li>
  );
}

function PartyDialog(props: {
  isBusy: boolean;
  onCancel: () => void;
  onSend: (action: CaseAction) => void;
}): ReactNode {
  const { t } = useTranslation();
  const required = [{ required: true, whitespace: true, message: t('login.required') }];
  return (
    <NoteDialog<PartyFields>
      title={t('case.actions.putParty')}
      isBusy={props.isBusy}
      initialValues={{ role: 'contractor', kind: 'organisation' }}
      onCancel={props.onCancel}
      onSubmit={({ role, kind, name, permitNumber = '', note }) => {
        const number = permitNumber.trim();
        const party: Party = {
          partyId: crypto.randomUUID(),
          role,
          kind,
          name: name.trim(),
          permitNumber: number === '' ? null : number,
          note,
        };
        props.onSend({ kind: 'putParty', party, note });
      }}
    >
      <Form.Item name="role" label={t('case.party.role')}>
        <Select options={roles.map((value) => ({ value, label: t(`case.party.roles.${value}`) }))} />
      </Form.Item>
      <Form.Item name="kind" label={t('case.party.kind')}>
        <Radio.Group
          options={(['organisation', 'individual'] as const).map((value) => ({
            value,
            label: t(`case.party.kinds.${value}`),
          }))}
        />
      </Form.Item>
      <Form.Item name="name" label={t('case.party.name')} rules={required}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="permitNumber" label={t('case.party.permitNumber')}>
        <Input maxLength={100} />
      </Form.Item>
    </NoteDialog>
  );
}
