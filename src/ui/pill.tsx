import styles from './pill.module.css';

/** A state in a word; the colour only repeats what the word says. */
export function Pill({ tone, text }: { tone: 'good' | 'warning' | 'bad'; text: string }) {
  return <span className={`${styles.pill} ${styles[tone]}`}>{text}</span>;
}
