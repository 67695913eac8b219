// The Prisma CLI loads this at every start. Studio asks which `prisma dev` databases run: none.
const absent = () => {
  throw new Error(
    '`prisma dev` is not installed here: this project starts its own PostgreSQL (npm run dev).',
  );
};

module.exports = {
  startPrismaDevServer: absent,
  ServerState: { scan: async () => [], fromServerDump: absent, createExclusively: absent },
};
