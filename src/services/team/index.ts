export { listTeam } from './list';
