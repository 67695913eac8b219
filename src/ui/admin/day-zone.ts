import { useRestaurant, useViewer } from './viewer';

/** Whose days a filter means: the chosen restaurant's, or those that all in sight have in common, else UTC. */
export function useDayZone(): string {
  const { restaurants } = useViewer();
  const { restaurant } = useRestaurant();
  const zones = new Set((restaurant ? [restaurant] : restaurants).map(({ timeZone }) => timeZone));
  const [first] = zones;
  return zones.size === 1 && first !== undefined ? first : 'UTC';
}
