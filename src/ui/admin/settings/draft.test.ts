import { describe, expect, it } from 'vitest';
import { changesOf, draftOf, parseWhole, type Settings, undoOf } from './draft';

const SETTINGS: Settings = {
  staffRefundWindowDays: 30,
  ownerRefundWindowDays: null,
  staffRefundLimitMinor: 5050,
  ownerRefundLimitMinor: null,
  splitRemindersEnabled: true,
  guestNotificationsEnabled: false,
  tipPoolRule: 'NONE',
  alertFailureRatePercent: null,
  alertPendingMinutes: 45,
  alertRefundRatePercent: null,
  version: 3,
  updatedAt: null,
};
const draft = draftOf(SETTINGS, 'USD');

describe('the form of the settings', () => {
  it('shows limits in the currency and nothing where there is no limit', () => {
    expect(draft).toMatchObject({
      staffRefundWindowDays: '30',
      ownerRefundWindowDays: '',
      staffRefundLimitMinor: '50.50',
      ownerRefundLimitMinor: '',
      alertFailureRatePercent: '',
      alertPendingMinutes: '45',
    });
    expect(draftOf(SETTINGS, 'JPY').staffRefundLimitMinor).toBe('5050');
  });

  it('changes nothing when nothing was changed, and only what was', () => {
    expect(changesOf(draft, SETTINGS, 'USD')).toEqual({});
    const typed = {
      ...draft,
      staffRefundWindowDays: '',
      ownerRefundLimitMinor: '1,5',
      splitRemindersEnabled: false,
    };
    const change = changesOf(typed, SETTINGS, 'USD');
    expect(change).toEqual({
      staffRefundWindowDays: null,
      ownerRefundLimitMinor: 150,
      splitRemindersEnabled: false,
    });
    expect(undoOf(change ?? {}, SETTINGS)).toEqual({
      staffRefundWindowDays: 30,
      ownerRefundLimitMinor: null,
      splitRemindersEnabled: true,
    });
  });

  it('waits for what is not right yet', () => {
    expect(changesOf({ ...draft, staffRefundWindowDays: '1.5' }, SETTINGS, 'USD')).toBeNull();
    expect(changesOf({ ...draft, staffRefundLimitMinor: 'ten' }, SETTINGS, 'USD')).toBeNull();
    expect(changesOf({ ...draft, alertFailureRatePercent: '0' }, SETTINGS, 'USD')).toBeNull();
    expect(changesOf({ ...draft, alertFailureRatePercent: '101' }, SETTINGS, 'USD')).toBeNull();
    expect(changesOf({ ...draft, alertPendingMinutes: '' }, SETTINGS, 'USD')).toEqual({
      alertPendingMinutes: null,
    });
  });

  it('takes whole days up to ten years', () => {
    expect(['', ' 7 ', '0', '3650', '3651', '-1', 'x'].map((typed) => parseWhole(typed, 'days'))).toEqual([
      null,
      7,
      0,
      3650,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
