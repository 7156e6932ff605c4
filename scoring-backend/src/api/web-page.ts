/**
 * The web page: a folder of static files at the same address as the API. What the page is made of is not known here,
 * but for two things: there is an index.html, and paths without an extension are views that it sorts out by itself.
 */
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** A page that can be served, or why there is none. */
export type WebPage = { readonly folder: string } | { readonly missing: string };

/** Scripts and data from here only, no eval, no inline scripts, in no other site's frame. Styles are made while it runs. */
const POLICY = [
  ...["default-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:", "font-src 'self' data:"],
  ...["object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"],
].join('; ');
const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Names that change with the content, as bundlers write them: `chunk-DUS4IWUE.js`. */
const HASHED = /-[A-Z0-9]{8}\.(js|css|woff2?|ttf)$/;
const FOR_EVER = 'public, max-age=31536000, immutable';
/** Kept by the browser, and asked for each time: a new build shows at the next visit. */
const ASK_AGAIN = 'no-cache';

/** Paths of the API: what is unknown there is an error and no view. */
const API = /^\/(api|v1)(\/|$)/;

/** The page in the folder of the settings; `undefined` when none was asked for. */
export function webPage(webDir: string | undefined): WebPage | undefined {
  if (webDir === undefined) return undefined;
  const folder = resolve(webDir);
  return existsSync(join(folder, 'index.html'))
    ? { folder }
    : { missing: `there is no index.html in ${folder}; "npm run build" in the clone makes the page` };
}

/** Serves the files of `folder`. What it has not goes to the server's not-found handler, and so to `answerView`. */
export function webPageRoutes(app: FastifyInstance, folder: string): void {
  void app.register(fastifyStatic, {
    root: folder,
    dotfiles: 'ignore',
    redirect: false,
    cacheControl: false,
    setHeaders: (reply, file) => {
      for (const [name, value] of Object.entries(HEADERS)) reply.header(name, value);
      reply.header('cache-control', HASHED.test(basename(file)) ? FOR_EVER : ASK_AGAIN);
    },
  });
}

/** Answers the path of a view with the page. @returns false for everything else */
export function answerView(path: string, request: FastifyRequest, reply: FastifyReply): boolean {
  const isView = ['GET', 'HEAD'].includes(request.method) && !API.test(path) && !/\.[^/]*$/.test(path);
  if (isView) void reply.sendFile('index.html');
  return isView;
}
