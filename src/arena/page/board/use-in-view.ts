/** @file Whether an element has come near what is seen; once it has, it stays so. */
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

export function useInView(element: RefObject<Element>): [seen: boolean, show: () => void] {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const target = element.current;
    if (seen || !target) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && setSeen(true),
      { rootMargin: "200px" },
    );
    observer.observe(target);
    return () => observer.disconnect();
  }, [element, seen]);
  return [seen, () => setSeen(true)];
}
