# syntax=docker/dockerfile:1
# The production server. Build: docker build -t tabsy-payments .   Run: see compose.yml and docs/operations.md.

FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc prisma.config.ts ./
COPY prisma prisma
COPY tools tools
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev && rm -rf .next/cache

FROM node:22-slim
ENV NODE_ENV=production PORT=5001
WORKDIR /app
COPY --from=build --chown=node:node /app/node_modules node_modules
COPY --from=build --chown=node:node /app/.next .next
COPY --from=build --chown=node:node /app/dist dist
COPY --from=build --chown=node:node /app/prisma prisma
COPY --from=build --chown=node:node /app/public public
COPY --from=build --chown=node:node /app/package.json /app/next.config.js ./
# For commands such as npm run doctor, which run from their sources.
COPY --from=build --chown=node:node /app/src src
COPY --from=build --chown=node:node /app/tsconfig.json ./
USER node
EXPOSE 5001
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s \
  CMD node -e "fetch('http://127.0.0.1:'+process.env.PORT+'/ready').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"
# Directly, not through npm: signals reach the server itself.
CMD ["node", "dist/server.js"]
