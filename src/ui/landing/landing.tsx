import { Card } from '../card';
import { Mark } from '../mark';
import { Pill } from '../pill';
import styles from './landing.module.css';
import type { LandingText } from './landing-text';

/** The start page for those who run the service on their own machine: what runs where, and what to try. */
export function Landing({ landing }: { landing: LandingText }) {
  return (
    <main className={styles.page}>
      <header className={styles.head}>
        <span className={styles.mark}>
          <Mark sizePx={40} />
        </span>
        <div>
          <h1 className={styles.name}>Tabsy Payments</h1>
          <p className={styles.version}>Version {landing.version}</p>
        </div>
        {landing.isReady ? <Pill tone="good" text="Ready" /> : <Pill tone="bad" text="Not ready" />}
      </header>
      <Card id="runs" title="What runs">
        <dl className={styles.facts}>
          {landing.facts.map((fact) => (
            <div key={fact.label}>
              <dt>{fact.label}</dt>
              <dd>
                {fact.value}
                {fact.note && <span className={styles.note}>{fact.note}</span>}
              </dd>
            </div>
          ))}
        </dl>
      </Card>
      <Card id="doors" title="Doors">
        <ul className={styles.list}>
          {landing.doors.map((door) => (
            <li key={door.address} className={styles.item}>
              <div>
                {door.title}
                <span className={styles.note}>{door.use}</span>
              </div>
              {door.isLink ? (
                <a href={door.address}>
                  <code>{door.address}</code>
                </a>
              ) : (
                <code>{door.address}</code>
              )}
            </li>
          ))}
        </ul>
      </Card>
      <Card id="try" title="Try it">
        <ul className={styles.list}>
          {landing.steps.map((step) => (
            <li key={step.command} className={styles.step}>
              <code className={styles.command}>{step.command}</code>
              <span className={styles.note}>{step.does}</span>
            </li>
          ))}
        </ul>
      </Card>
    </main>
  );
}
