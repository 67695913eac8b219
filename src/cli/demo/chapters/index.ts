import type { Stage } from '../stage';
import type { Story } from '../story';
import { cardPayment } from './card-payment';
import { cashAndRefund } from './cash-and-refund';
import { declinedCard } from './declined-card';
import { disputes } from './disputes';
import { openPayment } from './open-payment';
import { overRest } from './over-rest';
import { reconciliation } from './reconciliation';
import { refusals } from './refusals';
import { threeWaySplit } from './three-way-split';
import { yenAndSavedCard } from './yen-and-saved-card';

/** A part of the demo: a title, and steps told through the story. Chapters do not depend on each other. */
export interface Chapter {
  title: string;
  tell(stage: Stage, story: Story): Promise<void>;
}

/** In the order of telling. A new capability brings its chapter file and a line here. */
export const CHAPTERS: readonly Chapter[] = [
  cardPayment,
  declinedCard,
  openPayment,
  yenAndSavedCard,
  cashAndRefund,
  threeWaySplit,
  disputes,
  reconciliation,
  overRest,
  refusals,
];
