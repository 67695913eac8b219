import styles from './amount.module.css';

/** Money, already formatted (domain/money formatMinor): digits of one width, never broken over two lines. */
export function Amount({ text }: { text: string }) {
  return <bdi className={styles.amount}>{text}</bdi>;
}
