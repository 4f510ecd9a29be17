# The web client. Where the API and the streams are, its environment says at run time.
FROM node:24-slim AS build
WORKDIR /client
ENV NEXT_TELEMETRY_DISABLED=1
COPY client/package.json client/package-lock.json client/.npmrc ./
RUN npm install --no-save --no-audit --no-fund
COPY client .
RUN npx next build && npm prune --omit=dev --no-save --no-audit --no-fund

FROM node:24-slim
WORKDIR /client
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1
COPY --from=build --chown=node /client .
USER node
CMD ["node", "node_modules/next/dist/bin/next", "start", "--hostname", "0.0.0.0", "--port", "3000"]
