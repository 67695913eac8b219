import { closeDispute, type EvidenceField, submitEvidence } from '../engine/disputes';
import { DATED_PAGE, inRange, listPage } from '../http/list';
import { operation } from '../http/operation';
import { anything, boolean, emptyable, hash, metadata, oneOf, string } from '../http/params';
import { mergeMetadata } from '../metadata';

const TEXT = emptyable(string(150_000));
const EVIDENCE_TEXTS: Record<EvidenceField, typeof TEXT> = {
  access_activity_log: TEXT,
  billing_address: TEXT,
  cancellation_policy: TEXT,
  cancellation_policy_disclosure: TEXT,
  cancellation_rebuttal: TEXT,
  customer_communication: TEXT,
  customer_email_address: TEXT,
  customer_name: TEXT,
  customer_purchase_ip: TEXT,
  customer_signature: TEXT,
  duplicate_charge_documentation: TEXT,
  duplicate_charge_explanation: TEXT,
  duplicate_charge_id: TEXT,
  product_description: TEXT,
  receipt: TEXT,
  refund_policy: TEXT,
  refund_policy_disclosure: TEXT,
  refund_refusal_explanation: TEXT,
  service_date: TEXT,
  service_documentation: TEXT,
  shipping_address: TEXT,
  shipping_carrier: TEXT,
  shipping_date: TEXT,
  shipping_documentation: TEXT,
  shipping_tracking_number: TEXT,
  uncategorized_file: TEXT,
  uncategorized_text: TEXT,
};
const EVIDENCE = hash({ ...EVIDENCE_TEXTS, enhanced_evidence: anything(), appeal: anything() });

export const disputeOperations = [
  operation({
    method: 'GET',
    path: '/v1/disputes',
    params: { ...DATED_PAGE, charge: string(), payment_intent: string() },
    handle: (call, params) =>
      listPage(
        call,
        call.world.store.disputes,
        params,
        (dispute) =>
          (params.charge === undefined || dispute.charge === params.charge) &&
          (params.payment_intent === undefined || dispute.payment_intent === params.payment_intent) &&
          inRange(dispute.created, params.created),
      ),
  }),
  operation({
    method: 'GET',
    path: '/v1/disputes/:id',
    params: {},
    handle: ({ world, ids: [id] }) => world.store.disputes.get(id),
  }),
  operation({
    method: 'POST',
    path: '/v1/disputes/:id',
    params: {
      evidence: EVIDENCE,
      intended_submission_method: oneOf('manual', 'prefer_manual', 'prefer_smart_disputes', 'smart_disputes'),
      metadata: metadata(),
      submit: boolean(),
    },
    handle({ world, cause, ids: [id] }, params) {
      const { enhanced_evidence: _enhanced, appeal: _appeal, ...evidence } = params.evidence ?? {};
      const change = {
        evidence: params.evidence === undefined ? undefined : evidence,
        metadata: mergeMetadata(world.store.disputes.get(id).metadata, params.metadata),
        // Stripe submits unless told otherwise, once there is evidence.
        submit: params.submit ?? params.evidence !== undefined,
      };
      return submitEvidence(world, id, change, cause);
    },
  }),
  operation({
    method: 'POST',
    path: '/v1/disputes/:id/close',
    params: {},
    handle: ({ world, cause, ids: [id] }) => closeDispute(world, id, 'lost', cause),
  }),
];
