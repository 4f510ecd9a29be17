export { TradeSkeleton as default } from "../../_screen/trade-skeleton";
