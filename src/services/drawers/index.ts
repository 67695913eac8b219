export { closeDrawer } from './close';
export { listZReports } from './list-z-reports';
export { moveCash } from './move';
export { openDrawer } from './open';
export { currentDrawer, listDrawers } from './read';
export { makeZReport } from './z-report';
