const BOUNDARY = /boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i; // RFC 2046 §5.1.1 allows 70 characters

/** What a multipart's Content-Type says parts it; undefined without. */
export function boundaryIn(contentType: string): string | undefined {
  const match = BOUNDARY.exec(contentType);
  return match?.[1] ?? match?.[2];
}
