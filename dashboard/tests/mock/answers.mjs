// Bodies of requests and answers, as JSON.

export async function bodyOf(request) {
  let text = "";
  for await (const piece of request) text += piece;
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

export function json(response, status, value) {
  response
    .writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" })
    .end(JSON.stringify(value));
}

export function problem(response, status, title, detail) {
  response
    .writeHead(status, { "Content-Type": "application/problem+json", "Cache-Control": "no-store" })
    .end(JSON.stringify({ type: "about:blank", title, status, detail }));
}
